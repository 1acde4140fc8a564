import Prediction

/// Nearest neighbours.
extension ModelBuilder {
    func nearestNeighbor() throws(ModelDefect) -> Parts {
        try require(.regression, .classification, .clustering, .mixed)
        let instances = try element.requiredChild("TrainingInstances")
        guard let table = instances.child("InlineTable") else {
            throw instances.unsupported("TrainingInstances without InlineTable")
        }
        var columns: [String: String] = [:]
        for field in try instances.requiredChild("InstanceFields").children("InstanceField") {
            let name = try field.required("field")
            columns[name] = field.attribute("column") ?? name
        }
        var fields: [(element: XMLElement, slot: Int32)] = []
        var names: [String] = []
        for input in try element.requiredChild("KNNInputs").children("KNNInput") {
            fields.append((input, try slot("field", of: input)))
            names.append(try input.required("field"))
        }
        let comparison = try comparison(fields)
        var rows = InstanceRows(width: fields.count)
        let id = element.attribute("instanceIdVariable")
        for row in table.children("row") {
            try builder.count(numbers: fields.count + 1, at: row)
            for (index, name) in names.enumerated() {
                guard let column = columns[name] else { throw row.unsupported("a KNNInput that is no InstanceField") }
                let type = builder.type(of: fields[index].slot).data
                rows.add(try builder.required(row.cell(column), as: type, at: row), to: index)
            }
            let name = try id.map { id throws(ModelDefect) in try row.cell(columns[id] ?? id) }
            guard rows.keys.index(of: .text(builder.symbols.intern(name ?? String(rows.keys.count + 1)))) == rows.count
            else {
                throw row.defect("has the id of another one")
            }
            if function != .clustering {
                let name = target.name ?? ""
                rows.targets.append(
                    try builder.required(row.cell(columns[name] ?? name), as: target.type.data, at: row)
                )
            }
            rows.count += 1
        }
        return try parts(rows, comparison)
    }

    private func parts(_ rows: InstanceRows, _ comparison: Comparison) throws(ModelDefect) -> Parts {
        let neighbors = try element.integer("numberOfNeighbors") ?? 0
        guard (1...max(1, rows.count)).contains(neighbors), rows.count > 0 else {
            throw element.defect("numberOfNeighbors is \(neighbors), instances are \(rows.count)")
        }
        let body = NearestNeighborModel(
            comparison: comparison,
            instances: rows.numbers,
            texts: rows.texts,
            targets: rows.targets,
            neighbors: neighbors,
            threshold: try element.number("threshold") ?? 0.001,
            continuous: try element.word("continuousScoringMethod", default: .average),
            categorical: try element.word("categoricalScoringMethod", default: .majorityVote),
            isRegression: target.type.op == .continuous,
            counts: rows.targets.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        )
        return Parts(body, keys: rows.keys.values)
    }
}

/// Rows of a table, texts in it as numbers.
private struct InstanceRows {
    let width: Int
    var count = 0
    var numbers: [Double] = []
    var texts: [[Value: Double]]
    var keys = KeyList()
    var targets: [Value] = []

    init(width: Int) {
        self.width = width
        texts = [[Value: Double]](repeating: [:], count: width)
    }

    mutating func add(_ value: Value, to column: Int) {
        if let number = value.double { return numbers.append(number) }
        let number = texts[column][value] ?? Double(texts[column].count)
        texts[column][value] = number
        numbers.append(number)
    }
}
