#include "had/run/causes.hpp"

#include <fmt/format.h>

#include <utility>

namespace had {

using namespace core;

namespace {

// A link that comes and goes is asked about this often.
constexpr Duration least_between = std::chrono::seconds(10);

} // namespace

void Causes::forget_gone_links() {
    std::erase_if(carriers_, [&](const auto& entry) { return !m_.observed.link(entry.first); });
}

void Causes::rearranged() {
    const auto unknown = [&](const auto& entry) { return !m_.config.device(entry.first); };
    std::erase_if(m_.losses, unknown);
    std::erase_if(asked_, unknown);
}

// A port that was set down has lost nothing.
void Causes::after_turn() {
    const bool all = m_.touched.is_everything(looked_);
    const std::vector<Touched::Entry> since = m_.touched.copy_since(looked_);
    looked_ = m_.touched.now();
    if (all)
        for (const auto& [name, placed] : m_.chassis().ports) look_at(placed);
    for (const Touched::Entry& entry : since)
        if (const PlacedPort* placed = m_.chassis().port(entry.link)) look_at(*placed);
}

void Causes::look_at(const PlacedPort& placed) {
    const Link* link = placed.role ? m_.observed.link(placed.index) : nullptr;
    if (!link) return;
    const bool carrier = link->up && link->carrier;
    const bool was = std::exchange(carriers_.try_emplace(link->index, carrier).first->second, carrier);
    if (was && !carrier && link->up) ask(*link, placed);
}

void Causes::ask(const Link& link, const PlacedPort& placed) {
    const auto before = asked_.find(placed.name);
    if (before != asked_.end() && run_.now() < before->second + least_between) return;
    asked_[placed.name] = run_.now();
    const auto done = [this, port = placed.name, interface = link.name](const ActionResult& result) {
        if (result.ok()) answered(port, interface, result.text);
    };
    // Not to know is no trouble: most drivers tell nothing.
    (void)Run::tried([&] {
        run_.kernel.ask_cause({link.index, link.name, placed.function}, done);
        return ActionResult{};
    });
}

void Causes::answered(const PortName& port, const std::string& interface, const std::string& answer) {
    const std::string words = tell_loss(parse_loss_facts(answer), known_);
    if (!m_.config.device(port)) return;
    if (words.empty() && m_.losses.erase(port) == 0) return;
    const PlacedPort* placed = m_.chassis().port(port);
    if (placed && placed->index != 0) m_.note_of(placed->index);
    else m_.note_change();
    run_.post_turn();
    if (words.empty()) return;                // why the one before it came is no word of this loss
    m_.losses[port] = {run_.around.date(), words};
    Notice notice;
    notice.port = to_string(port);
    notice.slot = port.slot;
    notice.interface = interface;
    notice.text = fmt::format("{}: {} lost its link: {}", notice.port, interface, words);
    run_.say(NoticeKind::loss_explained, NoticeLevel::notice, std::move(notice));
}

} // namespace had
