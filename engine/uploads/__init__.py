"""Files between their preview and their confirmation: held by the engine, so that nobody has to trust the sender.

What is held is nothing yet: it was not handed in, and counts from no instant. Only confirming it does, and that is
measured by the instant of confirming.
"""
