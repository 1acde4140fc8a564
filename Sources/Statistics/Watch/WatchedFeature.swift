import Base

/// One column of what a model is asked, or of what it answers, as it is counted: by the bins of numbers or by categories.
package struct WatchedFeature: Equatable, Sendable {
    /// What its values are.
    package enum Kind: Equatable, Sendable {
        /// Numbers, counted by the bins that ascending edges make; those outside of the range are violations.
        case number(edges: [Double], range: ClosedRange<Double>?)
        /// One of these texts, numbers spelt as JSON; others are violations, counted together.
        case category([String])
    }

    package let name: String
    /// Its place in a row where the rows' columns have no names, or others.
    package let index: Int
    package let kind: Kind

    package init(name: String, index: Int, kind: Kind) {
        self.name = name
        self.index = index
        self.kind = kind
    }

    /// Counts that it needs: of a number between any two edges and beyond them, of every category and of the others.
    package var binCount: Int {
        switch kind {
        case .number(let edges, _): edges.count + 1
        case .category(let names): names.count + 1
        }
    }
}

/// Bounds of what is watched.
package enum WatchLimits {
    /// Columns of a plan, the prediction among them.
    package static let featuresMax = 256
    /// Bins of a column of numbers.
    package static let binsMax = 64
    /// Categories of a column; further ones count as others.
    package static let categoriesMax = 256
    /// Rows of a sample.
    package static let sampleRowsMax = 2000
    /// Numbers of a sample: 1 MiB a thread.
    package static let sampleNumbersMax = 1 << 17
    /// Rows that are learnt as they are.
    package static let learntRowsMax = 10_000
    /// Cells of learnt rows.
    package static let learntCellsMax = 1 << 17
    /// Bytes of a text that is learnt; longer ones are cut.
    package static let textBytesMax = 64
    /// Requests of a thread whose answers wait for their labels.
    package static let answersMax = 16_384
    /// Labelled answers of a thread; a further one takes the place of the oldest.
    package static let labelledMax = 1024
}

extension WatchedFeature {
    var json: JSON {
        var json: JSON = ["name": .string(name), "index": .int(Int64(index))]
        switch kind {
        case .number(let edges, let range):
            json["edges"] = .array(edges.map { .double($0) })
            if let range { json["range"] = [.double(range.lowerBound), .double(range.upperBound)] }
        case .category(let names): json["categories"] = JSON(names)
        }
        return json
    }

    /// Nil where something is missing, out of order or too much.
    init?(_ json: JSON) {
        guard let name = json["name"].string, let index = json["index"].int, index >= 0 else { return nil }
        if let edges = json["edges"].array?.compactMap(\.double) {
            guard edges.count < WatchLimits.binsMax, edges.allSatisfy(\.isFinite),
                zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 })
            else { return nil }
            let bounds = json["range"].array?.compactMap(\.double) ?? []
            let range = bounds.count == 2 && bounds[0] <= bounds[1] ? bounds[0]...bounds[1] : nil
            self.init(name: name, index: index, kind: .number(edges: edges, range: range))
        } else {
            guard let names = json["categories"].array, names.count <= WatchLimits.categoriesMax else { return nil }
            self.init(name: name, index: index, kind: .category(names.compactMap(\.string)))
        }
    }
}
