/// What one thread that answers requests knows of a repository.
package struct ModelView: ~Copyable {
    /// Where the models come from.
    package let repository: ModelRepository
    private var version = -1
    private var table = ModelTable([])

    package init(_ repository: ModelRepository) { self.repository = repository }

    /// The model called `name`; throws where there is none or it does not answer.
    package mutating func find(_ name: UnsafeRawBufferPointer) throws(RequestDefect) -> Served {
        try answering(name).model
    }

    /// The model called `name`, with what exchanges keep of it.
    mutating func answering(_ name: UnsafeRawBufferPointer) throws(RequestDefect) -> ModelTable.Answering {
        let current = repository.version
        if current != version {
            table = ModelTable(repository.index)
            version = current
        }
        return try table.find(name)
    }
}
