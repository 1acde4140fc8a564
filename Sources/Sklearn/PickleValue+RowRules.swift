package import Pickle
package import Prediction

extension PickleValue {
    /// The rules for the rows of this estimator, whose number of columns is `n_features_in_`.
    package func rowRules(sparse: Bool = false, nan: Bool = false) throws(ModelDefect) -> RowRules {
        rowRules(columns: try member("n_features_in_").size(), sparse: sparse, nan: nan)
    }

    /// The rules for the rows of this estimator.
    package func rowRules(columns: Int, sparse: Bool = false, nan: Bool = false) -> RowRules {
        RowRules(name: className?.name ?? "", columns: columns, allowsSparse: sparse, allowsNaN: nan)
    }
}
