from hypothesis import settings

# What CI judges is the same at each run; make test-random, by night, draws anew.
settings.register_profile("repeated", derandomize=True, database=None, deadline=None)
settings.register_profile("random", deadline=None)
settings.load_profile("repeated")
