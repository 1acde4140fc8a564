import Prediction

/// Orthogonal matching pursuit: the atom that is most alike what is left of a row is taken, then the weights of all taken ones
/// are worked out anew (Rubinstein, Zibulevsky and Elad 2008, Efficient implementation of the K-SVD algorithm).
struct MatchingPursuit {
    let gram: Matrix
    /// Atoms that are taken.
    let count: Int

    /// - Parameter likeness: how alike the row is to each atom.
    func weights(_ likeness: [Double]) -> [Double] {
        var weights = [Double](repeating: 0, count: gram.rows)
        var taken: [Int] = []
        var left = likeness
        while taken.count < count {
            guard let best = left.indices.max(by: { abs(left[$0]) < abs(left[$1]) }), !taken.contains(best),
                left[best] * left[best] > .ulpOfOne, let solved = gram.solve(among: taken + [best], likeness)
            else { break }
            taken.append(best)
            for (place, atom) in taken.enumerated() { weights[atom] = solved[place] }
            left = likeness.indices.map { atom in
                zip(taken, solved).reduce(likeness[atom]) { $0 - gram[atom, $1.0] * $1.1 }
            }
        }
        return weights
    }
}

/// Least angle regression: weights grow together so that what is left of a row stays as alike to one atom as to the others,
/// which join one by one (Efron, Hastie, Johnstone and Tibshirani 2004, Least angle regression).
struct LeastAngles {
    let gram: Matrix
    /// Atoms that join.
    let steps: Int

    /// - Parameter likeness: how alike the row is to each atom.
    func weights(_ likeness: [Double]) -> [Double] {
        var weights = [Double](repeating: 0, count: gram.rows)
        var left = likeness
        var active: [Int] = []
        for _ in 0..<steps {
            let others = left.indices.filter { !active.contains($0) }
            guard let next = others.max(by: { abs(left[$0]) < abs(left[$1]) }), abs(left[next]) > .ulpOfOne else {
                break
            }
            active.append(next)
            let largest = abs(left[next])
            let signs = left.map { $0 < 0 ? -1.0 : 1 }
            guard let direction = gram.solve(among: active, signs) else { break }
            // How fast each atom's likeness to what is left goes down; that of active ones by 1.
            let speeds = left.indices.map { atom in zip(active, direction).reduce(0) { $0 + gram[atom, $1.0] * $1.1 } }
            var length = largest
            for atom in others where atom != next {
                for (distance, speed) in [
                    (largest - left[atom], 1 - speeds[atom]), (largest + left[atom], 1 + speeds[atom]),
                ]
                where speed > 0 && distance / speed > 0 {
                    length = min(length, distance / speed)
                }
            }
            for (place, atom) in active.enumerated() { weights[atom] += length * direction[place] }
            for atom in left.indices { left[atom] -= length * speeds[atom] }
        }
        return weights
    }
}

extension Matrix {
    /// The x of A·x = b, A being the rows and columns of this square matrix that are chosen, and b those of a list; nil where
    /// A is singular.
    fileprivate func solve(among chosen: [Int], _ right: [Double]) -> [Double]? {
        var square = Matrix(rows: chosen.count, columns: chosen.count, values: [])
        for row in chosen { square.values.append(contentsOf: chosen.map { self[row, $0] }) }
        return square.solve(Matrix(rows: chosen.count, columns: 1, values: chosen.map { right[$0] }))?.values
    }
}
