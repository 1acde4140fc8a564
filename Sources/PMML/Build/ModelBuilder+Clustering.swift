import Prediction

/// Clustering models.
extension ModelBuilder {
    func clustering() throws(ModelDefect) -> Parts {
        try require(.clustering)
        guard try element.required("modelClass") == "centerBased" else {
            throw element.unsupported("modelClass \(element.attribute("modelClass") ?? "")")
        }
        var fields: [(element: XMLElement, slot: Int32)] = []
        for field in element.children("ClusteringField") where try field.flag("isCenterField") ?? true {
            fields.append((field, try slot("field", of: field)))
        }
        var keys = KeyList()
        var centres: [Double] = []
        for cluster in element.children("Cluster") {
            let number = keys.count
            let id = cluster.attribute("id") ?? String(number + 1)
            guard keys.index(of: .text(builder.symbols.intern(id))) == number else {
                throw cluster.defect("id is another one's too: \(id.prefix(64))")
            }
            centres += try cluster.arrayOfNumbers(count: fields.count)
        }
        guard keys.count > 0 else { throw element.defect("has no clusters") }
        try builder.count(numbers: centres.count, at: element)
        return Parts(ClusteringModel(comparison: try comparison(fields), centres: centres), keys: keys.values)
    }

    /// What clusters are called for people.
    static func clusterNames(_ element: XMLElement, _ builder: Builder) -> [Value: Value] {
        var names: [Value: Value] = [:]
        for (index, cluster) in element.children("Cluster").enumerated() {
            let id = cluster.attribute("id") ?? String(index + 1)
            guard let name = cluster.attribute("name") else { continue }
            names[.text(builder.symbols.intern(id))] = .text(builder.symbols.intern(name))
        }
        return names
    }
}
