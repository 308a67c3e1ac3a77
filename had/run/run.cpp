#include "had/run/run.hpp"

#include <cerrno>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>
#include <utility>

namespace had {

using namespace core;

void Run::say(NoticeKind kind, NoticeLevel level, Notice notice) const {
    notice.kind = kind;
    notice.level = level;
    around.publish(notice);
}

void Run::post_turn() {
    if (posted_) return;
    around.post([this] {
        posted_ = false;
        turn();
    });
    posted_ = true;
}

void Run::save_if(bool changed) {
    if (!changed) return;
    model.note_owned();
    save_noted();
}

void Run::save_if(bool changed, const Operation& operation) {
    if (!changed) return;
    model.note_asked(operation);
    save_noted();
}

void Run::keep(Orders orders) {
    post_turn();
    around.keep(orders);
    model.orders = std::move(orders);
    model.note_change();
}

void Run::keep_or_log() {
    model.note_change();
    try {
        around.keep(model.orders);
    } catch (const std::exception& e) {
        log(NoticeLevel::error, e.what());
    }
}

ActionResult Run::failed() try {
    throw;
} catch (const std::system_error& e) {
    return {.error = e.code().value(), .text = e.what(), .unasked = true};
} catch (const std::bad_alloc&) {
    return {.error = ENOMEM, .text = std::strerror(ENOMEM), .unasked = true};
} catch (const std::exception& e) {
    return {.error = EIO, .text = e.what(), .unasked = true};
}

} // namespace had
