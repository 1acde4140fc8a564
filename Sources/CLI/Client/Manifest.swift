import Base
import CLinux
import KubeClient
import KubeModel

/// Objects in files, as people write them: YAML or JSON, several documents, lists.
enum Manifest {
    /// The objects of a file, of every .yaml, .yml and .json file of a folder, or of standard input (`-`).
    static func objects(at path: String) throws -> [KubeObject] {
        if path == "-" { return try objects(in: Files.readAll(0, "standard input"), of: "standard input") }
        guard Files.isDirectory(path) else { return try objects(in: Files.read(path), of: path) }
        let names = try Files.names(in: path).filter { name in
            [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
        }
        return try names.flatMap { try objects(in: Files.read("\(path)/\($0)"), of: "\(path)/\($0)") }
    }

    private static func objects(in bytes: [UInt8], of name: String) throws -> [KubeObject] {
        let documents: [JSON]
        do {
            documents = try YAML.parse(bytes)
        } catch {
            throw Failure("\(name): \(error)")
        }
        let objects = documents.flatMap { document in
            document["kind"].string == "List" ? document.listItems : [KubeObject(document)]
        }
        for object in objects where object.kind.isEmpty || object.apiVersion.isEmpty || object.name.isEmpty {
            throw Failure("\(name): an object needs apiVersion, kind and metadata.name")
        }
        return objects
    }
}
