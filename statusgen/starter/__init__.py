"""What `init` writes: a content folder that builds at once, and what a team needs around it."""

from statusgen.starter.choices import HOSTS, SERVICES, Choice, ChoiceError, Host
from statusgen.starter.folder import make_folder

__all__ = ["HOSTS", "SERVICES", "Choice", "ChoiceError", "Host", "make_folder"]
