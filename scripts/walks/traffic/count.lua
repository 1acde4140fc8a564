-- Counts what came back, by status, and keeps the first answers that are none of a model.
local thread
function setup(one) thread = one end

function init() seen, text, count = {}, "", 0 end

function response(status, _, body)
    seen[status] = (seen[status] or 0) + 1
    if status ~= 200 and count < 3 then
        count = count + 1
        text = text .. status .. " " .. body .. "\n"
    end
    statuses = ""
    if status ~= 200 then for code, number in pairs(seen) do statuses = statuses .. code .. "=" .. number .. " " end end
    if statuses ~= "" then last = statuses end
end

function done(summary)
    local errors = summary.errors
    io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, errors.connect, errors.read, errors.write, errors.timeout, errors.status))
    io.write("STATUSES " .. (thread:get("last") or "") .. "\n" .. (thread:get("text") or ""))
end
