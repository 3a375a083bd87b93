"""What callers, agents and supervisors asked of queues elsewhere and didn't get: one named test a wish, or a few.

Each is told from outside, as the person who wished it would check it, on a real Redis.
"""
