extension YAML {
    /// A value as a YAML document, members in name order, as `kubectl get -o yaml` shows objects.
    package static func text(_ value: JSON) -> String {
        var output = ""
        write(value, indent: 0, into: &output)
        return output
    }

    private static func write(_ value: JSON, indent: Int, into output: inout String) {
        let margin = String(repeating: " ", count: indent)
        switch value {
        case .object(let members) where !members.isEmpty:
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                output += "\(margin)\(scalar(name)):"
                writeMember(member, indent: indent, into: &output)
            }
        case .array(let elements) where !elements.isEmpty:
            for element in elements {
                var item = ""
                write(element, indent: indent + 2, into: &item)
                // The first line of the element stands behind its dash.
                output += "\(margin)- \(item.drop { $0 == " " })"
            }
        default: output += "\(margin)\(leaf(value))\n"
        }
    }

    private static func writeMember(_ member: JSON, indent: Int, into output: inout String) {
        switch member {
        case .object(let members) where !members.isEmpty:
            output += "\n"
            write(member, indent: indent + 2, into: &output)
        case .array(let elements) where !elements.isEmpty:
            output += "\n"
            write(member, indent: indent, into: &output)
        case .string(let text) where text.contains("\n") && !text.contains("\r") && text.first != " ":
            output += " |\(text.hasSuffix("\n") ? (text.hasSuffix("\n\n") ? "+" : "") : "-")\n"
            let margin = String(repeating: " ", count: indent + 2)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            for line in text.hasSuffix("\n") ? lines.dropLast() : lines[...] {
                output += line.isEmpty ? "\n" : "\(margin)\(line)\n"
            }
        default: output += " \(leaf(member))\n"
        }
    }

    private static func leaf(_ value: JSON) -> String {
        if case .string(let text) = value { return scalar(text) }
        return value.text  // numbers, words, and empty collections are spelt as in JSON
    }

    /// A string without quotes where it reads back as the same string, else as JSON spells it.
    private static func scalar(_ text: String) -> String {
        let startsPlain = text.utf8.first.map { isLetter($0) || $0 == UInt8(ascii: "/") } ?? false
        let isPlain = text.utf8.allSatisfy { isLetter($0) || "-./_0123456789".utf8.contains($0) }
        let isWord = startsPlain && isPlain
        guard isWord, let read = try? parse(text).first, read == .string(text) else { return JSON.string(text).text }
        return text
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
