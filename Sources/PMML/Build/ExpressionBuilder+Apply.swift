import Prediction

/// Functions: PMML's own, and the document's, whose bodies take the place of their calls.
extension ExpressionBuilder {
    func apply(_ element: XMLElement) throws(ModelDefect) -> Expression {
        let name = try element.required("function")
        var arguments: [Expression] = []
        for child in element.children where ExpressionBuilder.elements.contains(child.name) {
            arguments.append(try expression(child))
        }
        guard let function = Function(name) else { return try callOwn(name, arguments, element) }
        guard function.arity.contains(arguments.count) else {
            throw element.defect("function '\(name)' does not take \(arguments.count) arguments")
        }
        return .call(try call(function, arguments, element))
    }

    private func call(
        _ function: Function,
        _ arguments: [Expression],
        _ element: XMLElement
    ) throws(ModelDefect) -> Expression.Call {
        Expression.Call(
            function: function,
            arguments: arguments,
            missing: element.attribute("mapMissingTo").map { builder.constant($0) } ?? .missing,
            fallback: element.attribute("defaultValue").map { builder.constant($0) } ?? .missing,
            invalidTreatment: try element.word("invalidValueTreatment", default: .returnInvalid)
        )
    }

    /// The body of a function of the document, its parameters bound to slots that hold the arguments.
    private func callOwn(
        _ name: String,
        _ arguments: [Expression],
        _ element: XMLElement
    ) throws(ModelDefect) -> Expression {
        guard let function = builder.functions[name] else {
            throw element.defect("function '\(name.prefix(64))' is not known or not supported")
        }
        let parameters = function.children("ParameterField")
        guard parameters.count == arguments.count else {
            throw element.defect("function '\(name)' takes \(parameters.count) arguments, not \(arguments.count)")
        }
        let inside = Scope(builder, in: nil)
        for (parameter, argument) in zip(parameters, arguments) {
            let data = try parameter.dataType()
            let own = type(of: argument)
            let type = FieldType(data: data ?? own?.data ?? .double, op: own?.op ?? (data ?? .double).opType)
            try inside.declare(
                parameter.required("name"),
                as: builder.addSlot(.derived(argument, as: data), type: type)
            )
        }
        let body = try ExpressionBuilder(builder, inside).expression(inside: function)
        guard let type = try function.dataType() else { return try mapped(body, arguments, element) }
        let field = FieldType(data: type, op: try function.word("optype", default: type.opType))
        let slot = builder.addSlot(.derived(body, as: type), type: field)
        return try mapped(.field(slot, missing: .missing), arguments, element)
    }

    /// A body with what its call says of missing arguments and results.
    private func mapped(
        _ body: Expression,
        _ arguments: [Expression],
        _ element: XMLElement
    ) throws(ModelDefect) -> Expression {
        let outer = try call(.aggregate(.max), arguments, element)
        guard !outer.missing.isMissing || !outer.fallback.isMissing else { return body }
        return .guarded(body, arguments: arguments, missing: outer.missing, fallback: outer.fallback)
    }

    /// What an argument's values are, where that is known before a row comes.
    func type(of argument: Expression) -> FieldType? {
        switch argument {
        case .field(let slot, _): builder.type(of: slot)
        case .constant(let value): value.type.map { FieldType(data: $0, op: $0.opType) }
        case .call(let call): resultType(of: call)
        default: nil
        }
    }

    private func resultType(of call: Expression.Call) -> FieldType? {
        switch call.function {
        case .text(.stringLength): FieldType(data: .integer, op: .continuous)
        case .text: FieldType(data: .string, op: .categorical)
        case .comparison, .logic, .not, .missingness, .validity, .membership:
            FieldType(data: .boolean, op: .categorical)
        case .branch: call.arguments.dropFirst().lazy.compactMap { type(of: $0) }.first
        default: nil
        }
    }
}
