"""How boosters are fitted by their own interfaces, saved in the library's forms of files, and asked."""

import pickle

import joblib


def saved(form, files):
    """Saves in a form: pickle, joblib, or one that `files` names the file of."""

    def save(booster, folder):
        if form == "pickle":
            (folder / "model.pkl").write_bytes(pickle.dumps(booster))
        elif form == "joblib":
            joblib.dump(booster, folder / "model.joblib")
        else:
            booster.save_model(str(folder / files[form]))

    return save


def predicting(ask):
    """Asks by `predict` only, as servers do that know nothing but boosters."""
    return lambda booster, method, rows: ask(booster, rows) if method == "predict" else None
