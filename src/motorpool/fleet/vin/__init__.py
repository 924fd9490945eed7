"""Vehicle identification numbers: check digit, model year and, from NHTSA's vPIC, what vehicle it is. Offline."""

from motorpool.fleet.vin.catalogue import Catalogue, installed_catalogue
from motorpool.fleet.vin.decoding import Decoded, Problem, decode, decode_many

__all__ = ["Catalogue", "Decoded", "Problem", "decode", "decode_many", "installed_catalogue"]
