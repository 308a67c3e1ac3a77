// The daemon's own files: orders, owned, cards; and that of had-notify.  What was read is written and read again the
// same; and of a file that was cut short, at whatever byte, it is known that it is not whole.
#include "had/core/policy/acceptance.hpp"
#include "had/core/policy/orders.hpp"
#include "had/core/action/owned.hpp"
#include "had/core/base/state_file.hpp"
#include "had/notify/state.hpp"
#include "test/fuzz/draw.hpp"
#include "test/fuzz/target.hpp"

namespace had::test {
namespace {

using namespace core;

void check_orders(std::string_view text) {
    const ParsedOrders parsed = parse_orders(text);
    must(parsed.mistakes.size() <= most_mistakes + 1, "of many mistakes the first are told");
    const std::string printed = print(parsed.orders);
    const ParsedOrders again = parse_orders(printed);
    must(again.mistakes.empty(), "written orders are read without a mistake", printed);
    must(again.orders == parsed.orders, "written orders are read as the same", printed);
    if (parsed.orders.pause) must(!end_of(*parsed.orders.pause).empty(), "a pause says until when it lasts");
}

void check_owned(std::string_view text) {
    const Owned owned = parse_owned(text);
    const std::string printed = print(owned);
    must(parse_owned(printed) == owned, "what the daemon made is read as it was written", printed);
}

void check_progress(std::string_view text) {
    const notify::State state = notify::parse_state(seal("notify", text));
    const std::string printed = print(state);
    must(notify::parse_state(printed) == state, "how far hooks are is read as it was written", printed);
    (void)notify::parse_state(text);
}

void check_models(std::string_view text) {
    const Models models = parse_models(text);
    const std::string printed = print(models);
    must(parse_models(printed) == models, "models are read as they were written", printed);
}

// What is left is that of a power cut: the first bytes, or as many with zeros in the end.
void check_cut(std::string_view lines, std::size_t cut) {
    if (lines.find('\0') != std::string_view::npos) return;      // nobody's name has one
    const std::string whole = seal("orders", lines);
    const Unsealed unsealed = unseal("orders", whole);
    must(unsealed.damage.empty() && unsealed.lines == lines, "a file that is whole is read whole", whole);
    std::string left = whole.substr(0, cut % whole.size());
    must(!unseal("orders", left).damage.empty(), "a file that was cut short is known to be", left);
    left.resize(whole.size(), '\0');
    must(!unseal("orders", left).damage.empty(), "a file whose end is zeros is known to be damaged", left);
}

void run(std::string_view input) {
    Draw draw(input);
    const std::size_t cut = draw.number<std::uint16_t>();
    const std::string_view text = draw.rest();
    check_orders(text);
    check_owned(text);
    check_models(text);
    check_progress(text);
    check_cut(print(parse_orders(text).orders), cut);
    (void)unseal("orders", text);
}

const Registered state{"state", run};

} // namespace
} // namespace had::test
