// What the admin's autocompletes say in Kazakh, in the place where Django looks for it: Select2 itself has none.

jQuery.fn.select2.amd.define("select2/i18n/kk", [], () => ({
  errorLoading: () => "Нәтижелерді жүктеу мүмкін болмады",
  inputTooLong: ({ input, maximum }) => `${input.length - maximum} таңбаны өшіріңіз`,
  inputTooShort: ({ input, minimum }) => `Тағы кемінде ${minimum - input.length} таңба енгізіңіз`,
  loadingMore: () => "Тағы нәтижелер жүктеліп жатыр…",
  maximumSelected: ({ maximum }) => `Ең көбі ${maximum} элемент таңдауға болады`,
  noResults: () => "Ештеңе табылмады",
  searching: () => "Іздеу…",
  removeAllItems: () => "Барлығын алып тастау",
}));
