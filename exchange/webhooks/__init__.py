"""Requests to the application: how they are built, signed, sent, repeated, and what their answers mean."""
