<?php
/**
 * Prints what MediaWiki knows of each of its languages, as JSON. Asks MediaWiki's own Language objects, without a wiki or a
 * database, so that fallbacks, aliases and names by gender are merged as MediaWiki merges them.
 *
 *   php scripts/mediawiki-languages.php MEDIAWIKI_FOLDER > LANGUAGES.json
 */
use MediaWiki\MediaWikiServices;

define('MEDIAWIKI', true);
define('MW_ENTRY_POINT', 'cli');
define('MW_INSTALL_PATH', realpath($argv[1]));
define('MW_CONFIG_CALLBACK', 'configure');

function configure(): void
{
    $GLOBALS['wgServer'] = 'http://localhost';
    $GLOBALS['wgMetaNamespace'] = '$1'; // so that names that hold the project's can be told
    $GLOBALS['wgLocalisationCacheConf']['storeClass'] = LCStoreNull::class;
    $GLOBALS['wgUseDatabaseMessages'] = false;
    foreach (['Gadgets', 'Scribunto'] as $extension) { // bring namespaces of their own
        $pattern = MW_INSTALL_PATH . "/extensions{,-core}/$extension/extension.json";
        wfLoadExtension($extension, glob($pattern, GLOB_BRACE)[0]);
    }
}

$wgCommandLineMode = true;
require MW_INSTALL_PATH . '/includes/BootstrapHelperFunctions.php';
require MW_INSTALL_PATH . '/includes/Setup.php';

$services = MediaWikiServices::getInstance();
$languages = [];
foreach (array_keys($services->getLanguageNameUtils()->getLanguageNames()) as $code) {
    $language = $services->getLanguageFactory()->getLanguage($code);
    $converter = $services->getLanguageConverterFactory()->getLanguageConverter($language);
    $languages[$code] = [
        'fallbacks' => $language->getFallbackLanguages(),
        'namespaces' => $language->getNamespaceIds(), // name → id
        'trail' => $language->linkTrail(),
        'prefix' => $language->linkPrefixExtension() ? $language->linkPrefixCharset() : '',
        'variants' => $converter->getVariants(),
        'redirects' => array_slice($language->getMagicWords()['redirect'], 1),
        'direction' => $language->getDir(),
    ];
}
echo json_encode([
    'version' => MW_VERSION,
    'aliases' => $wgDummyLanguageCodes, // other codes → code
    'languages' => $languages,
], JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
