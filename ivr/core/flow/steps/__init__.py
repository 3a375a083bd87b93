"""One file per step type. Importing this package registers them all, so that a new step is a new file and no more."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
