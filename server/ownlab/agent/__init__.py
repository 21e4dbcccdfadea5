"""The trusted process of a machine that hosts runtimes: it launches sandboxes, watches them and removes them.

It runs as a daemon of its own (`python -m ownlab.agent`) and outlives the control plane, which talks to it through
`client.AgentClient`.
"""
