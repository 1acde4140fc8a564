/// Where the tensors stand in a request of version 1: at `inputs`, which wins, or at `instances`; of a whole CloudEvent in
/// its `data`.
struct V1Place {
    /// The members that can hold them.
    enum Member: String { case instances, inputs }

    /// The member that holds them.
    let member: Member
    /// Where its value starts in the body.
    let start: Int

    private static let eventAttributes: [StaticString] = ["specversion", "id", "source", "type", "time"]

    /// Looks through a body, all of which must be JSON.
    static func find(_ body: UnsafeRawBufferPointer) throws(RequestDefect) -> V1Place {
        var cursor = BodyCursor(body)
        cursor.skipSpace()
        let found = try members(&cursor)
        cursor.skipSpace()
        guard cursor.at == body.count else { throw cursor.unexpected() }
        if found.attributes == eventAttributes.count, let data = found.data {
            cursor.at = data
            if let place = try members(&cursor).place { return place }
        }
        guard let place = found.place else {
            throw RequestDefect("Expected \"instances\" or \"inputs\" in the request")
        }
        return place
    }

    private struct Members {
        var place: V1Place?
        var attributes = 0
        var data: Int?
    }

    private static func members(_ cursor: inout BodyCursor) throws(RequestDefect) -> Members {
        var found = Members()
        guard cursor.take("{") else {
            try cursor.skipValue()
            throw RequestDefect("Expected the request to be an object with \"instances\" or \"inputs\"")
        }
        cursor.skipSpace()
        if cursor.take("}") { return found }
        repeat {
            let name = try cursor.memberName()
            cursor.skipSpace()
            if cursor.isText(name, "inputs") {
                found.place = V1Place(member: .inputs, start: cursor.at)
            } else if cursor.isText(name, "instances"), found.place?.member != .inputs {
                found.place = V1Place(member: .instances, start: cursor.at)
            } else if cursor.isText(name, "data") {
                found.data = cursor.at
            }
            for attribute in eventAttributes where cursor.isText(name, attribute) { found.attributes += 1 }
            try cursor.skipValue()
        } while try cursor.takesComma(orEnd: "}")
        return found
    }
}
