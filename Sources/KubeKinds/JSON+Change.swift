import Base

extension JSON {
    /// Sets a member that is not there.
    mutating func setDefault(_ name: String, _ value: JSON) {
        if self[name].isNull { self[name] = value }
    }

    /// Changes a member where it is there.
    mutating func update(_ name: String, _ change: (inout JSON) -> Void) {
        guard !self[name].isNull else { return }
        change(&self[name])
    }

    /// Changes every element of a member that is an array.
    mutating func updateEach(_ name: String, _ change: (inout JSON) -> Void) {
        guard var elements = self[name].array else { return }
        for index in elements.indices { change(&elements[index]) }
        self[name] = .array(elements)
    }

    /// The elements of an array member; none where it is no array.
    func elements(_ name: String) -> [JSON] { self[name].array ?? [] }

    /// The text of a string member; empty where it is no string.
    func text(_ name: String) -> String { self[name].string ?? "" }
}
