"""What must outlive a call: contacts, agents, accounts, call records, messages, the recordings' index, the audit.

`schema.py` is the one description of the tables, `migrations/` the way there, `engine.py` the connection;
one file per noun holds its questions and changes. Every moment is handed in as an aware UTC datetime.
"""
