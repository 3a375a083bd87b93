"""TwiML: reading, validating, and what each verb holds. `parse.read` is the way in; nothing here does I/O."""
