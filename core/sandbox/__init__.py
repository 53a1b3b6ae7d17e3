"""Runs generated code where it can do no harm: without network, host files, host environment or host processes."""
