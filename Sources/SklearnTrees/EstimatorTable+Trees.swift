package import Sklearn

extension EstimatorBuilder {
    /// Estimators that are made of trees.
    package static let trees: [String: Build] = [
        "sklearn.ensemble.ExtraTreesClassifier": Forest.buildForest,
        "sklearn.ensemble.ExtraTreesRegressor": Forest.buildForest,
        "sklearn.ensemble.GradientBoostingClassifier": GradientBoosting.build,
        "sklearn.ensemble.GradientBoostingRegressor": GradientBoosting.build,
        "sklearn.ensemble.HistGradientBoostingClassifier": HistGradientBoosting.build,
        "sklearn.ensemble.HistGradientBoostingRegressor": HistGradientBoosting.build,
        "sklearn.ensemble.IsolationForest": IsolationForest.build,
        "sklearn.ensemble.RandomForestClassifier": Forest.buildForest,
        "sklearn.ensemble.RandomForestRegressor": Forest.buildForest,
        "sklearn.ensemble.RandomTreesEmbedding": LeafEmbedding.build,
        "sklearn.tree.DecisionTreeClassifier": Forest.buildTree,
        "sklearn.tree.DecisionTreeRegressor": Forest.buildTree,
        "sklearn.tree.ExtraTreeClassifier": Forest.buildTree,
        "sklearn.tree.ExtraTreeRegressor": Forest.buildTree,
    ]
}
