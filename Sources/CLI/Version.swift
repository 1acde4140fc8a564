import ModelServer

extension Command {
    static let version = Command("version", summary: "print the version") { _ in
        Output.write("roost \(Version.number)\n")
    }
}

/// What this program calls itself.
enum Version {
    static let number = ModelServer.version
}
