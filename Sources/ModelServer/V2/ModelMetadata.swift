import Base
import Net
package import Prediction
import Python

/// What version 2 of the protocol tells of a model, whatever protocol asks.
package struct ModelMetadata: Equatable, Sendable {
    /// A tensor that a model takes or gives.
    package struct Tensor: Equatable, Sendable {
        /// What it is called.
        package let name: String
        /// What its elements are.
        package let datatype: ElementType
        /// Its length along each axis, -1 where that is the number of rows.
        package let shape: [Int]
    }

    /// The model's name.
    package let name: String
    /// What the model takes: one tensor of rows, or the columns of a data frame (content type `pd`).
    package let inputs: [Tensor]
    /// What the model gives.
    package let outputs: [Tensor]
    /// The columns that a model of plain rows was trained with, where it knows their names.
    package let featureNames: [String]

    package init(_ model: Served) {
        switch model {
        case .rows(let model): self.init(model)
        case .tensors(let model): self.init(model)
        case .foreign(let model): self.init(model)
        }
    }

    private init(_ model: ServedModel) {
        name = model.name
        featureNames = model.model.featureNames
        switch model.model.predictor.input {
        case .numbers(let columns):
            inputs = [Tensor(name: "input-0", datatype: .float64, shape: [-1, columns])]
        case .texts:
            inputs = [Tensor(name: "input-0", datatype: .bytes, shape: [-1])]
        case .table(let columns):
            inputs = columns.map { Tensor(name: $0.name, datatype: $0.type, shape: [-1]) }
        }
        guard model.answers.frame.isEmpty else {
            outputs = model.answers.frame.map { Tensor(name: $0.name, datatype: $0.type, shape: [-1]) }
            return
        }
        let shape = [-1] + (model.answers.columns.map { [$0] } ?? [])
        let name = AnswerSpelling.tensorName.description
        outputs = [Tensor(name: name, datatype: model.answers.elementType, shape: shape)]
    }
}

extension ModelMetadata {
    /// What the model calls its inputs and outputs; of any rank is told as of none.
    private init(_ model: ServedTensorModel) {
        name = model.name
        inputs = model.inputs.map { input in
            Tensor(name: input.name, datatype: input.kind.elementType, shape: input.kind.shape ?? [])
        }
        outputs = model.outputs.map { output in
            Tensor(name: output.name, datatype: output.kind.elementType, shape: output.kind.shape ?? [])
        }
        featureNames = []
    }

    /// What the model itself says of its rows; nobody knows what it answers before it does.
    private init(_ model: ServedForeignModel) {
        name = model.name
        inputs = model.model.inputs.compactMap { input in
            guard let name = input["name"].string, let datatype = input["datatype"].string,
                let type = Array(datatype.utf8).withUnsafeBytes(ElementType.init(datatype:))
            else { return nil }
            return Tensor(name: name, datatype: type, shape: input["shape"].array?.compactMap(\.int) ?? [])
        }
        outputs = []
        featureNames = model.model.inputs.first?["names"].strings ?? []
    }

    /// Appends the body of `GET /v2/models/{name}`, members in the order of KServe's server.
    func write(into body: inout OutBuffer) {
        body.append("{\"name\":")
        JSONText.write(name, into: &body)
        body.append(",\"versions\":null,\"platform\":\"\",\"inputs\":[")
        // Columns of a data frame have names already.
        write(inputs, inputs.count == 1 ? featureNames : [], into: &body)
        body.append("],\"outputs\":[")
        write(outputs, [], into: &body)
        body.append("]}")
    }

    private func write(_ tensors: [Tensor], _ columns: [String], into body: inout OutBuffer) {
        for (index, tensor) in tensors.enumerated() {
            body.append(index == 0 ? "{\"name\":" : ",{\"name\":")
            JSONText.write(tensor.name, into: &body)
            body.append(",\"datatype\":\"")
            body.append(tensor.datatype.datatype)
            body.append("\",\"shape\":[")
            body.append(tensor.shape.map(String.init).joined(separator: ","))
            body.append("]")
            if !columns.isEmpty { writeNames(columns, into: &body) }
            body.append("}")
        }
    }

    private func writeNames(_ columns: [String], into body: inout OutBuffer) {
        body.append(",\"parameters\":{\"feature_names\":[")
        for (index, column) in columns.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            JSONText.write(column, into: &body)
        }
        body.append("]}")
    }
}
