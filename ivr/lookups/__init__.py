"""Look-ups in outside systems over HTTP, guarded (threat T21): `client.HttpLookups` is the `Lookups` port."""
