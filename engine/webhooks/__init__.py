"""Webhooks (事件推送): telling the organiser's own systems what happened, signed, in order, and as often as it takes.

What is told is derived from the sealed history with a cursor for each subscription, so that nothing is lost and nobody
who submits pays for it. The order is that of the seals, and within a seal that of the events' numbers.
"""
