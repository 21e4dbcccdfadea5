"""The command line: `ownlab serve`, `run`, `doctor`, `env`, `link`."""
