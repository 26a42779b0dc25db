"""Whom the engine writes to, what it tells them, and how that leaves the house. The only rooms that know both campaigns
and mail; `notifications` knows mail alone.
"""
