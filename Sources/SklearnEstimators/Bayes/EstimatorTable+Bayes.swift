package import Sklearn

extension EstimatorBuilder {
    /// scikit-learn's classifiers by likelihood.
    package static let bayes: [String: Build] = [
        "sklearn.discriminant_analysis.LinearDiscriminantAnalysis": Discriminant.buildLinear,
        "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis": Discriminant.buildQuadratic,
        "sklearn.naive_bayes.BernoulliNB": NaiveBayes.buildBernoulli,
        "sklearn.naive_bayes.CategoricalNB": NaiveBayes.buildCategorical,
        "sklearn.naive_bayes.ComplementNB": NaiveBayes.buildComplement,
        "sklearn.naive_bayes.GaussianNB": NaiveBayes.buildGaussian,
        "sklearn.naive_bayes.MultinomialNB": NaiveBayes.buildMultinomial,
    ]
}
