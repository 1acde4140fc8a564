"""Which estimators a model is made of, as the program's table of them calls them."""


def estimators(model):
    """(class, whether it is a step before others) of what rows go through, the one that answers last."""
    steps = getattr(model, "steps", None)
    if isinstance(steps, list) and steps:
        inner = [name for step in steps[:-1] for name in before(step[1])]
        return [*inner, (name_of(model), False), *estimators(steps[-1][1])]
    return [*parts(model), (name_of(model), False)]


def before(step):
    """The same of a step before others."""
    return [(name, True) for name, _ in estimators(step)] if hasattr(step, "fit") else []


def parts(model):
    """Of what changes columns for a ColumnTransformer or a FeatureUnion."""
    fitted = getattr(model, "transformers_", None) or getattr(model, "transformer_list", None)
    return [name for part in fitted for name in before(part[1])] if isinstance(fitted, list) else []


def name_of(model):
    """As documentation calls it: where in its package a class is kept changes between versions."""
    kind = type(model)
    return ".".join([*kind.__module__.split(".")[:2], kind.__name__])
