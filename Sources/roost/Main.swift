import CLI

@main
struct Main {
    static func main() { Roost.main(Array(CommandLine.arguments.dropFirst())) }
}
