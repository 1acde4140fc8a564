package import Sklearn

extension EstimatorBuilder {
    /// scikit-learn's support vector machines.
    package static let supportVectors: [String: Build] = [
        "sklearn.svm.LinearSVC": LinearClassifier.build,
        "sklearn.svm.LinearSVR": LinearRegressor.build,
        "sklearn.svm.NuSVC": SupportVectorClassifier.build,
        "sklearn.svm.NuSVR": SupportVectorRegressor.build,
        "sklearn.svm.OneClassSVM": SupportVectorRegressor.buildOneClass,
        "sklearn.svm.SVC": SupportVectorClassifier.build,
        "sklearn.svm.SVR": SupportVectorRegressor.build,
    ]
}
