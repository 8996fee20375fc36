"""What looks into foreign files: a process of its own for each file, without Django and without a secret.

`news.media.inspections` starts it. It reads no setting: what it needs to know stands in its arguments, and it limits
its own time and memory before it reads the first byte of the file.
"""
