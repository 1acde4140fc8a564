/// What a request's body is for, kept with the exchange until the body is whole.
final class Operation: Sendable {
    enum Kind: Sendable {
        case predict(ServedModel)
        case infer(ServedModel)
        case predictTensors(ServedTensorModel)
        case inferTensors(ServedTensorModel)
        case predictForeign(ServedForeignModel)
        case inferForeign(ServedForeignModel)
        case index
        case watch(WatchPath)
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }
}
