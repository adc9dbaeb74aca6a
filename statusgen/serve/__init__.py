"""Sockets and watches: what shows a preview to a browser on this machine, and notices that a file was saved."""
