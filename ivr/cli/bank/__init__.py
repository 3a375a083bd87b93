"""A bank's call centre, from its own call records: the day that `hotline load` lets happen again.

The records are the Technion "Anonymous Bank" data (Ilan Guedj and Avi Mandelbaum): one row a call, with arrival, type,
priority, wait, outcome, service time and agent.
"""
