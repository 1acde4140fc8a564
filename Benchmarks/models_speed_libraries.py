"""How each library saves its models and is asked for a prediction."""


class Sklearn:
    @staticmethod
    def save(model, folder):
        import joblib

        joblib.dump(model, folder / "model.joblib")

    @staticmethod
    def call(model, method, rows, threads):
        ask = getattr(model, method)
        return lambda: ask(rows)


class XGBoost:
    """Predictions in place, without a DMatrix: the quickest way that the library has."""

    @staticmethod
    def save(model, folder):
        model.save_model(folder / "model.json")

    @staticmethod
    def call(model, method, rows, threads):
        model.set_param({"nthread": threads or 0})
        return lambda: model.inplace_predict(rows)


class LightGBM:
    @staticmethod
    def save(model, folder):
        model.save_model(folder / "model.txt")

    @staticmethod
    def call(model, method, rows, threads):
        return lambda: model.predict(rows, num_threads=threads or 0)


class CatBoost:
    @staticmethod
    def save(model, folder):
        model.save_model(str(folder / "model.cbm"))

    @staticmethod
    def call(model, method, rows, threads):
        ask = getattr(model, method)
        return lambda: ask(rows, thread_count=threads or -1)


LIBRARIES = {"sklearn": Sklearn, "xgboost": XGBoost, "lightgbm": LightGBM, "catboost": CatBoost}
