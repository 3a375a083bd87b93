"""What did the caller mean? A matcher by words, made when flows are loaded: `matcher.WordMatcher`."""
