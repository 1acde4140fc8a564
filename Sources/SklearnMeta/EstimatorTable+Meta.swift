package import Sklearn

extension EstimatorBuilder {
    /// Estimators that answer with what one inside them answers.
    package static let searches: [String: Build] = [
        "sklearn.frozen.FrozenEstimator": Delegation.buildFrozen,
        "sklearn.linear_model.RANSACRegressor": Delegation.buildFitted,
        "sklearn.model_selection.FixedThresholdClassifier": ThresholdClassifier.build,
        "sklearn.model_selection.GridSearchCV": Delegation.buildSearch,
        "sklearn.model_selection.HalvingGridSearchCV": Delegation.buildSearch,
        "sklearn.model_selection.HalvingRandomSearchCV": Delegation.buildSearch,
        "sklearn.model_selection.RandomizedSearchCV": Delegation.buildSearch,
        "sklearn.model_selection.TunedThresholdClassifierCV": ThresholdClassifier.build,
        "sklearn.semi_supervised.SelfTrainingClassifier": Delegation.buildFitted,
    ]

    /// Estimators that put several others together.
    package static let ensembles: [String: Build] = [
        "sklearn.calibration.CalibratedClassifierCV": Calibration.build,
        "sklearn.compose.TransformedTargetRegressor": TransformedTarget.build,
        "sklearn.ensemble.AdaBoostClassifier": AdaBoost.buildClassifier,
        "sklearn.ensemble.AdaBoostRegressor": AdaBoost.buildRegressor,
        "sklearn.ensemble.BaggingClassifier": Bagging.buildClassifier,
        "sklearn.ensemble.BaggingRegressor": Bagging.buildRegressor,
        "sklearn.ensemble.StackingClassifier": Stacking.build,
        "sklearn.ensemble.StackingRegressor": Stacking.build,
        "sklearn.ensemble.VotingClassifier": Voting.buildClassifier,
        "sklearn.ensemble.VotingRegressor": Voting.buildRegressor,
        "sklearn.multiclass.OneVsOneClassifier": OneVersusOne.build,
        "sklearn.multiclass.OneVsRestClassifier": OneVersusRest.build,
        "sklearn.multiclass.OutputCodeClassifier": OutputCode.build,
        "sklearn.multiclass._ConstantPredictor": ConstantAnswer.buildConstantPredictor,
        "sklearn.multioutput.ClassifierChain": OutputChain.build,
        "sklearn.multioutput.MultiOutputClassifier": MultiOutput.build,
        "sklearn.multioutput.MultiOutputRegressor": MultiOutput.build,
        "sklearn.multioutput.RegressorChain": OutputChain.build,
        "sklearn.dummy.DummyClassifier": ConstantAnswer.buildDummyClassifier,
        "sklearn.dummy.DummyRegressor": ConstantAnswer.buildDummyRegressor,
        "sklearn.isotonic.IsotonicRegression": IsotonicCurve.buildRegressor,
    ]

    /// What estimators that predict do where they are a step before others.
    package static let transformingEnsembles: [String: Build] = [
        "sklearn.ensemble.StackingClassifier": Stacking.buildStep,
        "sklearn.ensemble.StackingRegressor": Stacking.buildStep,
        "sklearn.ensemble.VotingClassifier": Voting.buildStep,
        "sklearn.ensemble.VotingRegressor": Voting.buildStep,
    ]
}
