"""scikit-learn's naive Bayes family and discriminant analysis."""

from sklearn import naive_bayes as nb
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis

from case import Case

CASES = [
    Case("bayes-bernoulli", lambda: nb.BernoulliNB(binarize=1.5), "counts"),
    Case("bayes-bernoulli-plain", lambda: nb.BernoulliNB(binarize=None), "counts"),
    Case("bayes-categorical", lambda: nb.CategoricalNB(min_categories=4), "categories"),
    Case("bayes-complement", lambda: nb.ComplementNB(), "counts"),
    Case("bayes-complement-norm", lambda: nb.ComplementNB(norm=True), "counts"),
    Case("bayes-multinomial", lambda: nb.MultinomialNB(alpha=0.3), "counts"),
    Case("bayes-multinomial-no-prior", lambda: nb.MultinomialNB(fit_prior=False), "counts"),
    Case("bayes-gaussian-priors", lambda: nb.GaussianNB(priors=[0.2, 0.3, 0.5]), "iris"),
]
CASES += [
    Case(f"bayes-{name}-{data}", make, data)
    for name, make in {
        "gaussian": lambda: nb.GaussianNB(),
        "lda": lambda: LinearDiscriminantAnalysis(),
        "lda-eigen": lambda: LinearDiscriminantAnalysis(solver="eigen", shrinkage="auto"),
        "lda-lsqr": lambda: LinearDiscriminantAnalysis(solver="lsqr"),
        "qda": lambda: QuadraticDiscriminantAnalysis(),
        "qda-regular": lambda: QuadraticDiscriminantAnalysis(reg_param=0.2),
    }.items()
    for data in ["names", "two"]
]
