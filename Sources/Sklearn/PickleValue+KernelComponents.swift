package import Pickle
package import Prediction

extension PickleValue {
    /// What a KernelPCA of so many rows projects likenesses by: its eigenvectors, each divided by the root of its eigenvalue;
    /// zeros where that is zero.
    package func kernelComponents(rows: Int) throws(ModelDefect) -> Matrix {
        var vectors = try member("eigenvectors_", formerly: "alphas_").matrix(rows: rows).transposed()
        let values = try member("eigenvalues_", formerly: "lambdas_").vector(vectors.rows)
        for row in 0..<vectors.rows {
            let root = values[row].squareRoot()
            for column in 0..<vectors.columns { vectors[row, column] = root == 0 ? 0 : vectors[row, column] / root }
        }
        return vectors
    }
}
