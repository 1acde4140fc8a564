import Base
import Models

/// What version 2 of the protocol tells of a model.
enum ModelMetadata {
    /// The body of `GET /v2/models/{name}`.
    static func json(name: String, of predictor: any Predictor) -> JSON {
        [
            "name": .string(name),
            "platform": "",
            "inputs": .array(inputs(predictor.input)),
            "outputs": [output(predictor.output)],
        ]
    }

    private static func inputs(_ input: Input) -> [JSON] {
        switch input {
        case .numbers(let columns): [tensor("input-0", "FP64", [-1, columns])]
        case .texts: [tensor("input-0", "BYTES", [-1])]
        case .table(let columns): columns.map { tensor($0.name, $0.type.datatype, [-1]) }
        }
    }

    private static func output(_ output: Output) -> JSON {
        let shape =
            switch output {
            case .numbers(let columns?, _): [-1, columns]
            case .numbers(nil, _), .labels: [-1]
            }
        return tensor("output-0", output.elementType.datatype, shape)
    }

    private static func tensor(_ name: String, _ datatype: StaticString, _ shape: [Int]) -> JSON {
        [
            "name": .string(name), "datatype": .string(datatype.description),
            "shape": .array(shape.map { .int(Int64($0)) }),
        ]
    }
}
