#include "had/core/base/notice.hpp"

#include "had/core/base/journal.hpp"

#include <cstddef>

namespace had::core {
namespace {

// The word of the protocol, and the id in systemd's journal.  Both are part of the interface.
struct Kind {
    std::string_view word, message_id;
};
constexpr Kind kinds[] = {
    {"card_in", "2adf672769cd4bdab95196510f9390ed"},
    {"card_out", "862c39141be74abdbfaad599c4ce5dcb"},
    {"card_unknown", "2b13535aaf5c4f5fb1a2ebc9e3765969"},
    {"driver_loaded", "04ba32517a2c4778982ecbef062e7b0f"},
    {"driver_unloaded", "ae7c54c4317c4752bc30ffb044a02a4e"},
    {"port_found", "2f63e9f92be24416bfe67e35c08d12be"},
    {"port_serves", "3fabd52cb5f141dda6540dd95b766e51"},
    {"port_lost", "ee446bdf83484d34a139433d1779ad9e"},
    {"port_back", "153e81b00d79463ba30691ac49710ad1"},
    {"failover", "f91b08c83fef49d392bb45bf914c0934"},
    {"degraded", "1e926261bd22493aad95bf90a811792c"},
    {"down", "f6dc69b5cfb54970bf2c84f120f0ddf6"},
    {"healed", "32d2ea0bf0b046f98b04b77f88116084"},
    {"trouble", "8db34f08d6f9466aa962f7806e0c4016"},
    {"trouble_over", "bc03d46f8315456585df8ef7c64b1c7f"},
    {"reloaded", "6d12f3914b0f4f2e91ee058bb2e14e02"},
    {"resynced", "522469a62e2245f5bfc489aeee91ddd2"},
    {"order_given", "2c6a58ca3f3940d296881857bf5a7bbc"},
    {"order_ended", "526798ab02954d45bf795508ab4e0434"},
    {"extraction_refused", "86c6fba7e265444fbd9a9033ca6decf6"},
    {"extraction_begun", "4affce08c0b74b69a28c755df29c48c7"},
    {"safe_to_pull", "b1e4e5cb469c4f9fa8b1af13a915cdc1"},
    {"alarm", "4b0907052cb148b28e610c8878083478"},
    {"card_changed", "4253eead84fc4103a3058dbc701ae20c"},
    {"quarantined", "ff9a771c76da404fa0cd7da01f1c2fd2"},
    {"domain_released", "21aee7a01e1a4041b8fe998013798f49"},
    {"alarm_raised", "4c9753ffe415484e9270a6b2b37b3bdd"},
    {"alarm_changed", "14b8173812b24e89bfb37adb9d9ffdd9"},
    {"alarm_cleared", "c24933137652441993d7d2a4fd865108"},
    {"path_lost", "fedf0b13da1a4526bca645bffe3dbd2a"},
    {"path_back", "7aed72b3c2ed42a5bf31c3b9819eded7"},
    {"path_split", "2b4a5dfdb78b4f0293450d532e859903"},
    {"far_end_silent", "1cb4ddedeb374f0da6daef3ec5ac65bb"},
    {"far_end_back", "86a4008533d54128a5c6eefd4d5c5202"},
    {"neighbour_changed", "b1f3a7c26d0e4c5f9a4de27c35b8e610"},
    {"loss_explained", "5d28c04be97a4f3ea6c1f0727d9b1e84"},
    {"service_up", "c3176b6ce4884899b541625839815cbd"},
    {"service_stopped", "d39202538e504c7b825d511169165f5a"},
    {"service_failed", "18fc279d541342b0bd662a4d5aeb141b"},
    {"member_changed", "a939b3fcbf3a44d7a33da5beced34a3c"},
    {"peer_lan_lost", "f10d87724077494ea7bfe198d0a5ec07"},
    {"peer_lan_back", "56c3931b5ca04bc0881f56a0459fec7f"},
    {"peer_moved", "e0effb90d16a4fa9a343e6a73954a302"},
    {"pair_taken", "7d0c2a5e9b8141d6a3f0c47e61d2b95f"},
    {"pair_left", "e19f64b803a74c3d8c52d07ab94e6f13"},
};
constexpr std::string_view level_words[] = {"info", "notice", "warning", "error"};

const Kind& row_of(NoticeKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

} // namespace

std::string_view to_string(NoticeKind kind) { return row_of(kind).word; }
std::string_view message_id(NoticeKind kind) { return row_of(kind).message_id; }
std::string variable_of(std::string_view key) {
    std::string name = "HAD_";
    for (const char c : key) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return name;
}

std::string_view to_string(NoticeLevel level) { return level_words[static_cast<std::size_t>(level)]; }

} // namespace had::core
